from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('sync', '0003_log_by_key'),
    ]

    operations = [
        migrations.CreateModel(
            name='FoundBefore',
            fields=[
                ('finding', models.CharField(max_length=40, primary_key=True, serialize=False)),
                ('keys', models.JSONField(default=list)),
                ('made_at', models.DateTimeField()),
                ('searched_at', models.DateTimeField()),
                ('claimed_at', models.DateTimeField()),
            ],
            options={
                'verbose_name': 'kept count',
                'default_permissions': (),
            },
        ),
    ]
