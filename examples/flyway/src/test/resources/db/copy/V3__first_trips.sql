COPY trips (code, seats) FROM STDIN;
OSL-7	3
BGO-2	0
\.
