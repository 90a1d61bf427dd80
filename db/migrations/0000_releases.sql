CREATE TABLE `active_release` (
	`id` integer PRIMARY KEY DEFAULT 1 NOT NULL,
	`number` integer NOT NULL,
	`enabled` integer DEFAULT true NOT NULL,
	`changed_at` integer NOT NULL,
	`changed_by` text NOT NULL,
	FOREIGN KEY (`number`) REFERENCES `releases`(`number`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "active_release_is_one_row" CHECK("active_release"."id" = 1)
);
--> statement-breakpoint
CREATE TABLE `audit` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`at` integer NOT NULL,
	`actor` text NOT NULL,
	`action` text NOT NULL,
	`subject` text NOT NULL,
	`detail` text DEFAULT '{}' NOT NULL
);
--> statement-breakpoint
CREATE INDEX `audit_at` ON `audit` (`at`);--> statement-breakpoint
CREATE TABLE `releases` (
	`number` integer PRIMARY KEY NOT NULL,
	`checksum` text NOT NULL,
	`document` text NOT NULL,
	`author` text NOT NULL,
	`note` text DEFAULT '' NOT NULL,
	`created_at` integer NOT NULL
);
