"""How migrations add a column, and take it away again."""

from typing import Any

from django.db.migrations import AddField


class AddColumn(AddField):
    """As Django's, but SQLite takes the column away without making its table anew.

    A new table would lose the columns that an earlier release still has, and this one doesn't know.
    """

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        if schema_editor.connection.vendor != "sqlite":
            super().database_backwards(app_label, schema_editor, from_state, to_state)
            return
        model = from_state.apps.get_model(app_label, self.model_name)
        table, column = model._meta.db_table, model._meta.get_field(self.name).column
        quote = schema_editor.quote_name
        schema_editor.execute(f"ALTER TABLE {quote(table)} DROP COLUMN {quote(column)}")
