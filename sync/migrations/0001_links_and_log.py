import django.core.serializers.json
import sync.models
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('ehr', '0001_insurances_and_patients'),
        ('pm', '0001_payers_and_patients'),
    ]

    operations = [
        migrations.CreateModel(
            name='InsuranceLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('insurance', models.OneToOneField(on_delete=sync.models.end_unless_used, related_name='link', to='ehr.insurance')),
                ('plan', models.OneToOneField(on_delete=sync.models.end_unless_used, related_name='link', to='pm.insuranceplan')),
            ],
            options={
                'verbose_name': 'link to the other list',
                'verbose_name_plural': 'links to the other list',
            },
        ),
        migrations.CreateModel(
            name='SyncEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rule', models.CharField(blank=True, max_length=40)),
                ('outcome', models.CharField(choices=[('created', 'Created'), ('updated', 'Updated'), ('unchanged', 'Unchanged'), ('not_propagated', 'Not propagated')], max_length=14)),
                ('source_model', models.CharField(max_length=40)),
                ('source_id', models.BigIntegerField()),
                ('source_text', models.CharField(max_length=520)),
                ('target_model', models.CharField(blank=True, max_length=40)),
                ('target_id', models.BigIntegerField(blank=True, null=True)),
                ('target_text', models.CharField(blank=True, max_length=520)),
                ('source_changes', models.JSONField(blank=True, default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ('changes', models.JSONField(blank=True, default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ('reason', models.JSONField(blank=True, default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ('undo', models.JSONField(blank=True, default=dict, encoder=django.core.serializers.json.DjangoJSONEncoder)),
                ('actor', models.CharField(blank=True, max_length=150, verbose_name='who')),
                ('batch', models.UUIDField()),
                ('created_at', models.DateTimeField(db_index=True, verbose_name='when')),
            ],
            options={
                'verbose_name': 'sync log entry',
                'verbose_name_plural': 'sync log entries',
                'ordering': ('-pk',),
                'indexes': [models.Index(fields=['batch'], name='sync_event_by_batch'), models.Index(fields=['actor', '-id'], name='sync_event_by_actor'), models.Index(fields=['source_model', 'source_id', '-id'], name='sync_event_by_source'), models.Index(fields=['target_model', 'target_id', '-id'], name='sync_event_by_target')],
            },
        ),
    ]
