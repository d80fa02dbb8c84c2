from django.db import migrations, models

ROLES = ('Front desk', 'Billing', 'Clinical staff', 'Practice administrator')


def note_those_made(apps, schema_editor):
    """A database that was migrated before has had all of them, whatever became of them since."""
    using = schema_editor.connection.alias
    permissions = apps.get_model('auth', 'Permission').objects.using(using)
    if permissions.filter(content_type__app_label='sync').exists():
        made = apps.get_model('sync', 'MadeRole')
        made.objects.using(using).bulk_create([made(name=name) for name in ROLES])


class Migration(migrations.Migration):

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('contenttypes', '0002_remove_content_type_name'),
        ('sync', '0005_dismissed_look_alikes'),
    ]

    operations = [
        migrations.CreateModel(
            name='MadeRole',
            fields=[
                ('name', models.CharField(max_length=150, primary_key=True, serialize=False)),
            ],
            options={
                'default_permissions': (),
            },
        ),
        migrations.RunPython(note_those_made, migrations.RunPython.noop),
    ]
