import django.db.models.constraints
from django.db import migrations, models

import kareo.records.fields
import pm.constraints


class Migration(migrations.Migration):

    dependencies = [
        ('pm', '0007_phones_in_one_way'),
    ]

    operations = [
        migrations.AlterField(
            model_name='insurancepolicy',
            name='policy_number',
            field=kareo.records.fields.LineField(blank=True, help_text='May wait. Without it no claim goes out.', max_length=40, verbose_name='policy number'),
        ),
        migrations.AddIndex(
            model_name='insurancepolicy',
            index=models.Index(condition=models.Q(('is_active', True), ('policy_number', '')), fields=['patient'], name='pm_policy_without_number'),
        ),
        # Anew, so that policies may trade their ranks within one transaction.
        migrations.RemoveConstraint(
            model_name='insurancepolicy',
            name='pm_policy_one_active_per_rank',
        ),
        migrations.AddConstraint(
            model_name='insurancepolicy',
            constraint=pm.constraints.OnePolicyPerRank(deferrable=django.db.models.constraints.Deferrable['IMMEDIATE'], name='pm_policy_one_active_per_rank'),
        ),
    ]
