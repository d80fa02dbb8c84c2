from django.db import migrations

from kareo.records.migrating import normalize_phones


def normalize(apps, schema_editor):
    model = apps.get_model('ehr', 'Insurance')
    normalize_phones(model.objects.using(schema_editor.connection.alias))


class Migration(migrations.Migration):

    dependencies = [
        ('ehr', '0003_name_key_version'),
    ]

    operations = [
        # On the way back they stay so: every earlier version takes that spelling, too.
        migrations.RunPython(normalize, migrations.RunPython.noop),
    ]
