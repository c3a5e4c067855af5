"""A second opinion on study plans, independent of the matcher.

What the judge shares with the product: the documents' types (``domain``), the assessment of a person, which is its input,
and ``Horizon``, three numbers and a budget. What it does not share: anything that turns these into a problem or solves
it. No catalogue, no fact masks, no reductions, no CP-SAT; ``rules`` reads requirements, topics, urgent packs, pairs,
months, budgets and preferences from the documents a second time, from the written specification.

Three formalisms start from that reading, and none is translated into another:

- ``brute_force`` tries every set of at most a dozen modules and every placement of half a dozen. Its only notion of
  a plan is ``Case.replay``: take modules one by one, levels in a dict.
- ``selection``, ``schedule`` and ``plan`` state the rules as an answer-set program and let clingo answer. In an answer
  set nothing holds by supporting itself, which is just what "can be exhausted one by one" means: circles of
  alternatives need no order variables and no cuts. All arithmetic is in whole numbers, so every optimum is a proof.
- ``highs`` is a mixed-integer program with cuts against circles on demand, for the months of people with many modules,
  where answer sets take long. It looks only at modules that a selection can need (``useful``); the other two look at all
  of them. HiGHS and OR-Tools must not share a process; hence ``people_worker`` and ``worlds_worker``.

Every optimum that clingo reports is replayed and its stages recomputed; a difference is a ``JudgeError``. What all three
have in common is ``rules``, so a sentence of the specification that ``rules`` misreads is misread three times. Only the
comparison with the product shows it, and such a disagreement must be settled from the specification, not by a vote.
"""
