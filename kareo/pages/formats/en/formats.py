"""Dates as the US writes them. What is typed is read in many more ways: kareo.pages.inputs."""

DATE_FORMAT = "m/d/Y"
DATE_INPUT_FORMATS = ["%m/%d/%Y", "%Y-%m-%d"]
