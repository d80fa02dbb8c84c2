from django.db import migrations, models
from django.db.models import F, Q

SAME_NAMES = ('street_1', 'street_2', 'city', 'state', 'zip_code', 'phone', 'fax', 'is_active')


def mark(apps, schema_editor):
    """Store what the records say now; whatever writes them keeps it up to date from here on."""
    links = apps.get_model('sync', 'InsuranceLink').objects.using(schema_editor.connection.alias)
    differs = ~Q(insurance__plan_name=F('plan__name'))
    for name in SAME_NAMES:
        differs |= ~Q(**{f'insurance__{name}': F(f'plan__{name}')})
    stale = links.exclude(insurance__company_name=F('plan__company__name'))
    links.filter(pk__in=stale.values('pk')).update(stale_name=True)
    links.filter(pk__in=links.filter(differs).values('pk')).update(differs=True)


class Migration(migrations.Migration):

    dependencies = [
        ('ehr', '0001_insurances_and_patients'),
        ('pm', '0001_payers_and_patients'),
        ('sync', '0001_links_and_log'),
    ]

    operations = [
        migrations.AddField(
            model_name='insurancelink',
            name='differs',
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.AddField(
            model_name='insurancelink',
            name='stale_name',
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.RunPython(mark, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name='insurancelink',
            index=models.Index(condition=models.Q(('stale_name', True)), fields=['plan'], name='sync_link_stale'),
        ),
        migrations.AddIndex(
            model_name='insurancelink',
            index=models.Index(condition=models.Q(('differs', True)), fields=['plan'], name='sync_link_differs'),
        ),
    ]
