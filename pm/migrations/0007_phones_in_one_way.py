from django.db import migrations

from kareo.records.migrating import normalize_phones


def normalize(apps, schema_editor):
    for name in ('InsuranceCompany', 'InsurancePlan'):
        model = apps.get_model('pm', name)
        normalize_phones(model.objects.using(schema_editor.connection.alias))


class Migration(migrations.Migration):

    dependencies = [
        ('pm', '0006_other_names'),
    ]

    operations = [
        # On the way back they stay so: every earlier version takes that spelling, too.
        migrations.RunPython(normalize, migrations.RunPython.noop),
    ]
