-- Heroes under confidentiality exist only for the methods whose policy says that they reach them.

drop policy reach on heroes;
create policy reach on heroes using (jianyi_reaches(division) and (not sealed or jianyi_sees_sealed()));
