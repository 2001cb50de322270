-- Confidentiality may end: of what is heard about it in any order, the newest word counts.

alter table heroes add column seal_version bigint not null default 0;
