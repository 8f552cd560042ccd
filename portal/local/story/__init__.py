"""`make story`: the whole story of the portal, played over HTTP by people who know nothing of its inside.

Nothing here imports Django or a room: what these people cannot see in a page, an e-mail or a PDF, the story
does not know.
"""
