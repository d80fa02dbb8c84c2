from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('pm', '0002_lists_and_search'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='insurancecompany',
            index=models.Index(condition=models.Q(('is_active', True), ('origin', 'EHR'), ('payer_id', '')), fields=['id'], name='pm_company_to_complete'),
        ),
        # In place of the shorter one, which it begins with.
        migrations.AddIndex(
            model_name='insuranceplan',
            index=models.Index(fields=['company', 'name_key', 'near_key', 'is_active', 'id'], name='pm_plan_look_alikes'),
        ),
        migrations.RemoveIndex(
            model_name='insuranceplan',
            name='pm_plan_by_company_and_name',
        ),
    ]
