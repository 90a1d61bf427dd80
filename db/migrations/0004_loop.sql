CREATE TABLE `campaign_state` (
	`campaign` text PRIMARY KEY NOT NULL,
	`paused_at` integer,
	`paused_why` text,
	`paused_by` text,
	`weights` text DEFAULT '[]' NOT NULL,
	`admitted` real DEFAULT 1 NOT NULL,
	`version` integer NOT NULL,
	`changed_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `campaign_state_version` ON `campaign_state` (`version`);--> statement-breakpoint
CREATE TABLE `catalog` (
	`sku` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`category` text,
	`price` integer,
	`cost` integer,
	`currency` text NOT NULL,
	`url` text,
	`image` text,
	`changed_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `catalog_changed_at` ON `catalog` (`changed_at`);--> statement-breakpoint
CREATE TABLE `cells` (
	`campaign` text NOT NULL,
	`segment` text NOT NULL,
	`day` text NOT NULL,
	`arm` text NOT NULL,
	`metric` text NOT NULL,
	`n` integer DEFAULT 0 NOT NULL,
	`y` real DEFAULT 0 NOT NULL,
	`yy` real DEFAULT 0 NOT NULL,
	`x` real DEFAULT 0 NOT NULL,
	`xx` real DEFAULT 0 NOT NULL,
	`xy` real DEFAULT 0 NOT NULL,
	PRIMARY KEY(`campaign`, `segment`, `day`, `arm`, `metric`)
);
--> statement-breakpoint
CREATE INDEX `cells_day` ON `cells` (`day`);--> statement-breakpoint
CREATE TABLE `dead_letters` (
	`id` text PRIMARY KEY NOT NULL,
	`at` integer NOT NULL,
	`visitor` text,
	`body` text NOT NULL,
	`error` text NOT NULL,
	`replayed_at` integer
);
--> statement-breakpoint
CREATE INDEX `dead_letters_at` ON `dead_letters` (`at`);--> statement-breakpoint
CREATE INDEX `dead_letters_visitor` ON `dead_letters` (`visitor`);--> statement-breakpoint
CREATE TABLE `measures` (
	`visitor` text PRIMARY KEY NOT NULL,
	`version` integer NOT NULL,
	`oldest_at` integer NOT NULL,
	`document` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `measures_oldest_at` ON `measures` (`oldest_at`);--> statement-breakpoint
CREATE TABLE `stock` (
	`sku` text NOT NULL,
	`place` text NOT NULL,
	`quantity` integer NOT NULL,
	`reported_at` integer NOT NULL,
	PRIMARY KEY(`sku`, `place`)
);
--> statement-breakpoint
CREATE INDEX `stock_reported_at` ON `stock` (`reported_at`);--> statement-breakpoint
CREATE TABLE `view_counts` (
	`day` text NOT NULL,
	`campaign` text NOT NULL,
	`reason` text NOT NULL,
	`n` integer NOT NULL,
	PRIMARY KEY(`day`, `campaign`, `reason`)
);
