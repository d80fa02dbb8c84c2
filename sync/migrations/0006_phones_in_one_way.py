from django.db import migrations
from django.db.models import F, Q

SAME_NAMES = ('street_1', 'street_2', 'city', 'state', 'zip_code', 'phone', 'fax', 'is_active')


def unmark(apps, schema_editor):
    """Pairs that differed in the spelling of a phone number only agree now."""
    links = apps.get_model('sync', 'InsuranceLink').objects.using(schema_editor.connection.alias)
    differs = ~Q(insurance__plan_name=F('plan__name'))
    for name in SAME_NAMES:
        differs |= ~Q(**{f'insurance__{name}': F(f'plan__{name}')})
    agree = links.filter(differs=True).exclude(differs)
    links.filter(pk__in=agree.values('pk')).update(differs=False)


class Migration(migrations.Migration):

    dependencies = [
        ('ehr', '0004_phones_in_one_way'),
        ('pm', '0007_phones_in_one_way'),
        ('sync', '0005_dismissed_look_alikes'),
    ]

    operations = [
        migrations.RunPython(unmark, migrations.RunPython.noop),
    ]
