from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ehr', '0002_lists_and_search'),
    ]

    operations = [
        migrations.AddField(
            model_name='insurance',
            name='name_key_version',
            field=models.PositiveSmallIntegerField(default=0, editable=False),
        ),
    ]
