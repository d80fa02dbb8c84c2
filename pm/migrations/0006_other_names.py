import django.db.models.deletion
import kareo.records.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('pm', '0005_policy_numbers_in_groups'),
    ]

    # No company has any yet, so the texts that they are searched in stay as they are.
    operations = [
        migrations.AddField(
            model_name='insurancecompany',
            name='other_names',
            field=kareo.records.fields.NamesField(blank=True, help_text='One a line: what cards and staff call it, such as UHC. When the company is renamed, its former name is added here. Never sent to the EHR.', max_length=4000, verbose_name='other names'),
        ),
        migrations.CreateModel(
            name='OtherName',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', kareo.records.fields.LineField(max_length=150)),
                ('name_key', models.CharField(max_length=255)),
                ('company', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='pm.insurancecompany')),
            ],
            options={
                'default_permissions': (),
                'indexes': [models.Index(fields=['name_key', 'company'], name='pm_other_name_by_key')],
                'constraints': [models.UniqueConstraint(fields=('company', 'name_key'), name='pm_other_name_once')],
            },
        ),
    ]
