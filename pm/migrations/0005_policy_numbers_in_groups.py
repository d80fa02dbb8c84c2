import kareo.records.searched
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('pm', '0004_name_key_version'),
    ]

    operations = [
        # In place of that of the numbers as they are written.
        migrations.RemoveIndex(
            model_name='insurancepolicy',
            name='pm_policy_by_number',
        ),
        migrations.AddIndex(
            model_name='insurancepolicy',
            index=kareo.records.searched.NumberIndex(fields=['policy_number'], name='pm_policy_by_number_parts', opclasses=['gin_trgm_ops']),
        ),
    ]
