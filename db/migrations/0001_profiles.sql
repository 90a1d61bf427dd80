CREATE TABLE `contributions` (
	`visitor` text PRIMARY KEY NOT NULL,
	`version` integer NOT NULL,
	`document` text NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `events` (
	`visitor` text NOT NULL,
	`id` text NOT NULL,
	`at` integer NOT NULL,
	`kind` text NOT NULL,
	`detail` text DEFAULT '{}' NOT NULL,
	PRIMARY KEY(`visitor`, `id`)
);
--> statement-breakpoint
CREATE INDEX `events_at` ON `events` (`at`);--> statement-breakpoint
CREATE TABLE `stage_counts` (
	`day` text NOT NULL,
	`stage` text NOT NULL,
	`visitors` integer NOT NULL,
	PRIMARY KEY(`day`, `stage`)
);
--> statement-breakpoint
CREATE TABLE `tombstones` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`hash` text NOT NULL,
	`at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `tombstones_hash_unique` ON `tombstones` (`hash`);--> statement-breakpoint
CREATE TABLE `visitors` (
	`id` text PRIMARY KEY NOT NULL,
	`first_seen_at` integer NOT NULL,
	`last_seen_at` integer NOT NULL,
	`linked` integer DEFAULT false NOT NULL,
	`following` integer DEFAULT false NOT NULL,
	`known_until` integer DEFAULT 0 NOT NULL,
	`served_at` integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE INDEX `visitors_last_seen_at` ON `visitors` (`last_seen_at`);