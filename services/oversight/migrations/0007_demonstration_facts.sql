-- What was made up to show the system with, found by every reading of the facts in order to leave it out.
create index facts_demonstration on facts (generation, resource) where 'demonstration' = any(sources);
