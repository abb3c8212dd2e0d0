"""How customers touch a subject for people, in the languages beside English.

One lexicon for each subject, in the plain spelling of `knowledge.spelling`. A message is read in
all of them: short ones do not tell their language, and an emergency must not depend on it.
"""

from assistant.sensitive_words import ar, de, el, es, fr

LANGUAGES = {"el": el.WORDS, "es": es.WORDS, "de": de.WORDS, "fr": fr.WORDS, "ar": ar.WORDS}
