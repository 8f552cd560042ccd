"""`make story`: the whole story of the portal, played over HTTP by people who know nothing about its code.

Nothing here imports Django or a room: the story knows only what these people can see on a page, in an e-mail or
in a PDF.
"""
