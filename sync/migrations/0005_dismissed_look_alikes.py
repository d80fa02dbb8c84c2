import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('pm', '0006_other_names'),
        ('sync', '0004_kept_counts'),
    ]

    operations = [
        migrations.CreateModel(
            name='DismissedLookAlike',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first_was', models.CharField(max_length=32)),
                ('second_was', models.CharField(max_length=32)),
                ('first', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='pm.insurancecompany')),
                ('second', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='pm.insurancecompany')),
            ],
            options={
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(fields=('first', 'second'), name='sync_dismissed_once'), models.CheckConstraint(condition=models.Q(('first__lt', models.F('second'))), name='sync_dismissed_sorted')],
            },
        ),
    ]
