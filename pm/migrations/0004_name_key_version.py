from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('pm', '0003_needs_attention'),
    ]

    operations = [
        migrations.AddField(
            model_name='insurancecompany',
            name='name_key_version',
            field=models.PositiveSmallIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name='insuranceplan',
            name='name_key_version',
            field=models.PositiveSmallIntegerField(default=0, editable=False),
        ),
    ]
