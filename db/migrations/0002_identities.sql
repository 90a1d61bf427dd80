CREATE TABLE `consent_log` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`at` integer NOT NULL,
	`visitor` text,
	`personalization` integer NOT NULL,
	`measurement` integer NOT NULL,
	`off` text DEFAULT '' NOT NULL,
	`source` text NOT NULL,
	`policy` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `consent_log_visitor` ON `consent_log` (`visitor`);--> statement-breakpoint
CREATE INDEX `consent_log_at` ON `consent_log` (`at`);--> statement-breakpoint
CREATE TABLE `identities` (
	`visitor` text PRIMARY KEY NOT NULL,
	`person` text NOT NULL,
	`source` text NOT NULL,
	`at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `identities_person` ON `identities` (`person`);--> statement-breakpoint
CREATE TABLE `link_tokens` (
	`id` text PRIMARY KEY NOT NULL,
	`used_at` integer NOT NULL,
	`expires_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `link_tokens_expires_at` ON `link_tokens` (`expires_at`);