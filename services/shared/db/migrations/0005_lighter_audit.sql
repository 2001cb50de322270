-- Two indexes fewer for every write to keep (ADR 0013).

-- A copy of an entry under another number was refused by this index, which whoever owns the table can drop. The check
-- names it now, with and without an index.
alter table audit drop constraint audit_entry_id_key;
-- The queue is read as a whole and never searched; what is in it twice is sealed once.
alter table audit_unsealed drop constraint audit_unsealed_pkey;
