"""Floor 3: what is asked: attainment, levers, explanations, conditioning, effects, checks.

A question is documented here, once; `tinbergen.lazy` makes it a method. It imports `basics`,
`written` and `results`.
"""
