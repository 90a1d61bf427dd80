-- Visitors were counted under each split, of which adaptive weights make thousands: from here on, how many were drawn for
-- each arm, and how many were meant, in ten-thousandths. A split is written a=0.5,b=0.5.
INSERT INTO cells (campaign, segment, day, arm, metric, n)
SELECT campaign, 'split:drawn', day, arm, 'exposed', SUM(n)
FROM cells WHERE segment LIKE 'split:%=%' AND metric = 'exposed' GROUP BY campaign, day, arm;
--> statement-breakpoint
INSERT INTO cells (campaign, segment, day, arm, metric, n)
SELECT c.campaign, 'split:meant', c.day, j.key, 'exposed', SUM(c.n * CAST(round(j.value * 10000) AS INTEGER))
FROM cells c
CROSS JOIN json_each('{"' || replace(replace(substr(c.segment, 7), '=', '":'), ',', ',"') || '}') j
WHERE c.segment LIKE 'split:%=%' AND c.metric = 'exposed' GROUP BY c.campaign, c.day, j.key;
--> statement-breakpoint
DELETE FROM cells WHERE segment LIKE 'split:%=%';
