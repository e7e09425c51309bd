-- A floor area is read as a number, as everywhere else.
alter table completion.building alter column floor_area_m2 type double precision;
