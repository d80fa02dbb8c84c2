import django.core.validators
import django.db.models.deletion
import kareo.records.fields
import pm.constraints
from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations, models


class BtreeGist(BtreeGistExtension):
    """Django's own, whose way back doesn't look which database it is."""

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        if schema_editor.connection.vendor == "postgresql":
            super().database_backwards(app_label, schema_editor, from_state, to_state)


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        # PostgreSQL only: pm_policy_one_active_per_rank compares a patient and a rank in a GiST index.
        BtreeGist(),
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
            ],
            options={
                'verbose_name': 'PM patient',
                'ordering': ('last_name', 'first_name', 'pk'),
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='InsuranceCompany',
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
                ('street_2', kareo.records.fields.LineField(blank=True, max_length=100, verbose_name='street, line 2')),
                ('address_key', models.CharField(blank=True, editable=False, max_length=255)),
                ('near_key', models.CharField(blank=True, editable=False, max_length=255)),
                ('address_key_version', models.PositiveSmallIntegerField(default=0, editable=False)),
                ('name', kareo.records.fields.LineField(max_length=150)),
                ('street_1', kareo.records.fields.LineField(blank=True, max_length=100, verbose_name='street')),
                ('city', kareo.records.fields.LineField(blank=True, max_length=60)),
                ('state', kareo.records.fields.StateField(blank=True)),
                ('zip_code', kareo.records.fields.ZipCodeField(blank=True, max_length=10, verbose_name='ZIP')),
                ('program', models.CharField(choices=[('commercial', 'Commercial'), ('blue_cross', 'Blue Cross/Blue Shield'), ('medicare', 'Medicare'), ('medicaid', 'Medicaid'), ('tricare', 'TRICARE'), ('workers_comp', "Workers' comp"), ('auto', 'Auto'), ('other', 'Other')], default='commercial', max_length=20)),
                ('payer_id', kareo.records.fields.LineField(blank=True, help_text='Electronic claims are sent to this ID.', max_length=20, verbose_name='payer ID')),
                ('phone', kareo.records.fields.PhoneField(blank=True, max_length=30)),
                ('fax', kareo.records.fields.PhoneField(blank=True, max_length=30)),
                ('contact_name', kareo.records.fields.LineField(blank=True, max_length=100)),
                ('notes', kareo.records.fields.LinesField(blank=True, max_length=4000)),
                ('name_key', models.CharField(editable=False, max_length=255)),
            ],
            options={
                'verbose_name_plural': 'insurance companies',
                'ordering': ('name', 'pk'),
                'indexes': [models.Index(fields=['address_key'], name='pm_company_by_address'), models.Index(fields=['near_key'], name='pm_company_by_building'), models.Index(fields=['name_key'], name='pm_company_by_name')],
            },
        ),
        migrations.CreateModel(
            name='InsurancePlan',
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
                ('name', kareo.records.fields.LineField(max_length=150, verbose_name='plan name')),
                ('phone', kareo.records.fields.PhoneField(blank=True, max_length=30)),
                ('fax', kareo.records.fields.PhoneField(blank=True, max_length=30)),
                ('contact_name', kareo.records.fields.LineField(blank=True, max_length=100)),
                ('notes', kareo.records.fields.LinesField(blank=True, max_length=4000)),
                ('name_key', models.CharField(editable=False, max_length=255)),
                ('company', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='plans', to='pm.insurancecompany')),
            ],
            options={
                'ordering': ('name', 'pk'),
                'indexes': [models.Index(fields=['company', 'name_key'], name='pm_plan_by_company_and_name'), models.Index(fields=['near_key'], name='pm_plan_by_building')],
            },
        ),
        migrations.CreateModel(
            name='InsurancePolicy',
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
                ('rank', models.CharField(choices=[('primary', 'Primary'), ('secondary', 'Secondary'), ('tertiary', 'Tertiary')], default='primary', max_length=9)),
                ('policy_number', kareo.records.fields.LineField(max_length=40, verbose_name='policy number')),
                ('group_number', kareo.records.fields.LineField(blank=True, max_length=40, verbose_name='group number')),
                ('relationship', models.CharField(choices=[('self', 'Self'), ('spouse', 'Spouse'), ('child', 'Child'), ('other', 'Other')], default='self', max_length=6, verbose_name="patient's relationship to the insured")),
                ('insured_last_name', kareo.records.fields.LineField(blank=True, max_length=80, verbose_name="insured's last name")),
                ('insured_first_name', kareo.records.fields.LineField(blank=True, max_length=80, verbose_name="insured's first name")),
                ('insured_date_of_birth', models.DateField(blank=True, null=True, validators=[kareo.records.fields.not_in_the_future], verbose_name="insured's date of birth")),
                ('effective_on', models.DateField(blank=True, null=True, verbose_name='effective')),
                ('ends_on', models.DateField(blank=True, help_text='The last day of coverage.', null=True, verbose_name='ends')),
                ('copay', models.DecimalField(blank=True, decimal_places=2, max_digits=7, null=True, validators=[django.core.validators.MinValueValidator(0)])),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='policies', to='pm.insuranceplan')),
                ('patient', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='policies', to='pm.patient')),
            ],
            options={
                'verbose_name_plural': 'insurance policies',
                'ordering': ('rank', '-effective_on', 'pk'),
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_on__isnull', True), ('effective_on__isnull', True), ('ends_on__gte', models.F('effective_on')), _connector='OR'), name='pm_policy_ends_no_earlier_than_it_starts', violation_error_message='This policy ends before it starts. Check the two dates.'), pm.constraints.OnePolicyPerRank(name='pm_policy_one_active_per_rank')],
            },
        ),
    ]
