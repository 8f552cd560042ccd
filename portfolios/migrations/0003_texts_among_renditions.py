from django.db import migrations


def name_texts(apps, schema_editor):
    """Until the kind was kept, a rendition without a picture was a text."""
    apps.get_model("portfolios", "Rendition").objects.filter(file="").update(kind="text")


class Migration(migrations.Migration):
    dependencies = [("portfolios", "0002_uploads_renditions_plans_messages_workspace")]

    operations = [migrations.RunPython(name_texts, migrations.RunPython.noop)]
