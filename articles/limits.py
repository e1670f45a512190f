"""How much an article may hold. The figures protect the editing form and the page, and are far above real articles."""

MAX_AUTHORS = 20
MAX_SECTIONS = 40
MAX_FIGURES_A_SECTION = 10
MAX_FAQ_ENTRIES = 60
MAX_COMPARISONS = 4
MAX_TREATMENTS = 30
MAX_CRITERIA = 12
MAX_SOURCES = 200
