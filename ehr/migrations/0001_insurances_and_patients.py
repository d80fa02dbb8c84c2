import django.db.models.deletion
import kareo.records.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Insurance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_active', models.BooleanField(default=True, verbose_name='active')),
                ('origin', models.CharField(blank=True, choices=[('PM', 'PM'), ('EHR', 'EHR'), ('import', 'Import')], editable=False, max_length=6)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('added_on_page', models.UUIDField(editable=False, null=True, unique=True)),
                ('created_at', models.DateTimeField(editable=False)),
                ('created_by', kareo.records.fields.LineField(blank=True, editable=False, max_length=150)),
                ('updated_at', models.DateTimeField(editable=False)),
                ('updated_by', kareo.records.fields.LineField(blank=True, editable=False, max_length=150)),
                ('street_1', kareo.records.fields.LineField(max_length=100, verbose_name='street')),
                ('street_2', kareo.records.fields.LineField(blank=True, max_length=100, verbose_name='street, line 2')),
                ('city', kareo.records.fields.LineField(max_length=60)),
                ('state', kareo.records.fields.StateField()),
                ('zip_code', kareo.records.fields.ZipCodeField(max_length=10, verbose_name='ZIP')),
                ('address_key', models.CharField(blank=True, editable=False, max_length=255)),
                ('near_key', models.CharField(blank=True, editable=False, max_length=255)),
                ('address_key_version', models.PositiveSmallIntegerField(default=0, editable=False)),
                ('company_name', kareo.records.fields.LineField(max_length=150, verbose_name='company name')),
                ('plan_name', kareo.records.fields.LineField(max_length=150, verbose_name='plan name')),
                ('phone', kareo.records.fields.PhoneField(blank=True, max_length=30)),
                ('fax', kareo.records.fields.PhoneField(blank=True, max_length=30)),
                ('notes', kareo.records.fields.LinesField(blank=True, max_length=4000)),
                ('name', models.CharField(editable=False, max_length=520, verbose_name='insurance')),
                ('name_key', models.CharField(editable=False, max_length=255)),
            ],
            options={
                'ordering': ('name', 'pk'),
                'indexes': [models.Index(fields=['name'], name='ehr_insurance_by_name'), models.Index(fields=['name_key'], name='ehr_insurance_by_name_key'), models.Index(fields=['near_key'], name='ehr_insurance_by_building')],
            },
        ),
        migrations.CreateModel(
            name='Patient',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_active', models.BooleanField(default=True, verbose_name='active')),
                ('origin', models.CharField(blank=True, choices=[('PM', 'PM'), ('EHR', 'EHR'), ('import', 'Import')], editable=False, max_length=6)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('added_on_page', models.UUIDField(editable=False, null=True, unique=True)),
                ('created_at', models.DateTimeField(editable=False)),
                ('created_by', kareo.records.fields.LineField(blank=True, editable=False, max_length=150)),
                ('updated_at', models.DateTimeField(editable=False)),
                ('updated_by', kareo.records.fields.LineField(blank=True, editable=False, max_length=150)),
                ('chart_number', kareo.records.fields.LineField(max_length=30, unique=True)),
                ('last_name', kareo.records.fields.LineField(max_length=80)),
                ('first_name', kareo.records.fields.LineField(max_length=80)),
                ('date_of_birth', models.DateField(validators=[kareo.records.fields.not_in_the_future])),
                ('primary_insurance', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='primary_patients', to='ehr.insurance')),
                ('secondary_insurance', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='secondary_patients', to='ehr.insurance')),
            ],
            options={
                'verbose_name': 'EHR patient',
                'ordering': ('last_name', 'first_name', 'pk'),
                'abstract': False,
            },
        ),
    ]
