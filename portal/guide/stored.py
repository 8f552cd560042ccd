"""Which stored files are the current guides. Those with earlier text are left over."""

from portal.files.inventory import keeps_names

from .contents import GUIDES
from .pdf import name_of

keeps_names("guides", lambda: [name_of(guide) for guide in GUIDES.values()])
