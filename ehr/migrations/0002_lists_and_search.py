import kareo.records.migrating
import kareo.records.searched
from django.db import migrations, models

# What each list was searched by then.
SEARCHED = {
    "Insurance": ("name", "city"),
    "Patient": ("last_name", "first_name", "chart_number"),
}


def fill(apps, schema_editor):
    for name, fields in SEARCHED.items():
        rows = apps.get_model("ehr", name).objects.using(schema_editor.connection.alias)
        kareo.records.migrating.fill(rows, fields, is_address=name != "Patient")



class Migration(migrations.Migration):

    dependencies = [
        ('ehr', '0001_insurances_and_patients'),
    ]

    operations = [
        kareo.records.migrating.Trigrams(),
        migrations.AddField(
            model_name='insurance',
            name='search_text',
            field=kareo.records.searched.SearchedTextField(blank=True, default='', editable=False),
        ),
        migrations.AddField(
            model_name='patient',
            name='search_text',
            field=kareo.records.searched.SearchedTextField(blank=True, default='', editable=False),
        ),
        # Before there are indexes to keep up with it.
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name='insurance',
            index=models.Index(fields=['origin', 'name', 'id'], name='ehr_insurance_by_origin'),
        ),
        migrations.AddIndex(
            model_name='insurance',
            index=models.Index(condition=models.Q(('is_active', False)), fields=['name', 'id'], name='ehr_insurance_inactive'),
        ),
        migrations.AddIndex(
            model_name='insurance',
            index=kareo.records.searched.TrigramIndex(fields=['search_text'], name='ehr_insurance_by_words', opclasses=['gin_trgm_ops']),
        ),
        migrations.AddIndex(
            model_name='patient',
            index=models.Index(fields=['last_name', 'first_name', 'id'], name='ehr_patient_by_name'),
        ),
        migrations.AddIndex(
            model_name='patient',
            index=models.Index(condition=models.Q(('is_active', False)), fields=['last_name', 'first_name', 'id'], name='ehr_patient_inactive'),
        ),
        migrations.AddIndex(
            model_name='patient',
            index=kareo.records.searched.TrigramIndex(fields=['search_text'], name='ehr_patient_by_words', opclasses=['gin_trgm_ops']),
        ),
    ]
