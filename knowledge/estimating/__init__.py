"""What an investor may get under the incentives' rules: an interpreter over `Incentive.rules`.

Pure functions: no files, no clock (today is an argument). The rules are data in the records, the words by which
investors tell their figures are data in `vocabulary/inputs.yml`; docs/estimates.md explains both.

    terms        the ids a rule may name: bases (figures) and flags
    inputs       what an investor has told so far
    figures      a message → money, shares, areas, counts
    assigning    figures → what they are of
    reading      a message → inputs
    conditions   whether a rule holds for them: yes, no, or not known yet
    arithmetic   one function for each kind of rule
    lines        one rule for one investor
    outcome      all rules of an incentive → one Estimate
    reach        which incentives come into question, and what to ask next
"""
