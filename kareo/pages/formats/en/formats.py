"""Dates and times as the US writes them, one way on all pages.

What is typed is read in many more ways: kareo.pages.forms.inputs.
"""

DATE_FORMAT = "m/d/Y"
TIME_FORMAT = "g:i A"
DATETIME_FORMAT = "M j, Y, g:i A"
DATE_INPUT_FORMATS = ["%m/%d/%Y", "%Y-%m-%d"]
