import kareo.records.migrating
import kareo.records.searched
from django.db import migrations, models

# What each list was searched by then.
SEARCHED = {
    "InsuranceCompany": ("name", "street_1", "street_2", "city", "payer_id"),
    "InsurancePlan": ("name", "street_1", "street_2", "city"),
    "Patient": ("last_name", "first_name", "chart_number"),
}


def fill(apps, schema_editor):
    for name, fields in SEARCHED.items():
        rows = apps.get_model("pm", name).objects.using(schema_editor.connection.alias)
        kareo.records.migrating.fill(rows, fields, is_address=name != "Patient")



class Migration(migrations.Migration):

    dependencies = [
        ('pm', '0001_payers_and_patients'),
    ]

    operations = [
        kareo.records.migrating.Trigrams(),
        migrations.AddField(
            model_name='insurancecompany',
            name='search_text',
            field=kareo.records.searched.SearchedTextField(blank=True, default='', editable=False),
        ),
        migrations.AddField(
            model_name='insuranceplan',
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
            model_name='insurancecompany',
            index=models.Index(fields=['name', 'id'], name='pm_company_listed'),
        ),
        migrations.AddIndex(
            model_name='insurancecompany',
            index=models.Index(fields=['payer_id', 'id'], name='pm_company_by_payer_id'),
        ),
        migrations.AddIndex(
            model_name='insurancecompany',
            index=models.Index(fields=['zip_code', 'id'], name='pm_company_by_zip'),
        ),
        migrations.AddIndex(
            model_name='insurancecompany',
            index=models.Index(fields=['origin', 'name', 'id'], name='pm_company_by_origin'),
        ),
        migrations.AddIndex(
            model_name='insurancecompany',
            index=models.Index(fields=['program', 'name', 'id'], name='pm_company_by_program'),
        ),
        migrations.AddIndex(
            model_name='insurancecompany',
            index=models.Index(condition=models.Q(('is_active', False)), fields=['name', 'id'], name='pm_company_inactive'),
        ),
        migrations.AddIndex(
            model_name='insurancecompany',
            index=kareo.records.searched.TrigramIndex(fields=['search_text'], name='pm_company_by_words', opclasses=['gin_trgm_ops']),
        ),
        migrations.AddIndex(
            model_name='insuranceplan',
            index=models.Index(fields=['name', 'id'], name='pm_plan_listed'),
        ),
        migrations.AddIndex(
            model_name='insuranceplan',
            index=models.Index(fields=['origin', 'name', 'id'], name='pm_plan_by_origin'),
        ),
        migrations.AddIndex(
            model_name='insuranceplan',
            index=models.Index(condition=models.Q(('is_active', False)), fields=['name', 'id'], name='pm_plan_inactive'),
        ),
        migrations.AddIndex(
            model_name='insuranceplan',
            index=kareo.records.searched.TrigramIndex(fields=['search_text'], name='pm_plan_by_words', opclasses=['gin_trgm_ops']),
        ),
        migrations.AddIndex(
            model_name='insurancepolicy',
            index=kareo.records.searched.TrigramIndex(fields=['policy_number'], name='pm_policy_by_number', opclasses=['gin_trgm_ops']),
        ),
        migrations.AddIndex(
            model_name='patient',
            index=models.Index(fields=['last_name', 'first_name', 'id'], name='pm_patient_by_name'),
        ),
        migrations.AddIndex(
            model_name='patient',
            index=models.Index(condition=models.Q(('is_active', False)), fields=['last_name', 'first_name', 'id'], name='pm_patient_inactive'),
        ),
        migrations.AddIndex(
            model_name='patient',
            index=kareo.records.searched.TrigramIndex(fields=['search_text'], name='pm_patient_by_words', opclasses=['gin_trgm_ops']),
        ),
    ]
