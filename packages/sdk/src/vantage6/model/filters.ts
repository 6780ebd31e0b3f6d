// Texts are compared as SQL's LIKE does: "%" stands for anything.

export interface OrganizationFilter {
  readonly name?: string | undefined;
  readonly country?: string | undefined;
  readonly collaboration?: number | undefined;
  readonly study?: number | undefined;
}

export interface CollaborationFilter {
  readonly name?: string | undefined;
  readonly encrypted?: boolean | undefined;
  readonly organization?: number | undefined;
  readonly store?: number | undefined;
}

export interface StudyFilter {
  readonly name?: string | undefined;
  readonly organization?: number | undefined;
  readonly collaboration?: number | undefined;
}

export interface NodeFilter {
  readonly name?: string | undefined;
  readonly organization?: number | undefined;
  readonly collaboration?: number | undefined;
  readonly study?: number | undefined;
  /** Its address in a VPN; a whole one, not a pattern. */
  readonly ip?: string | undefined;
  readonly status?: "online" | "offline" | undefined;
}

export interface UserFilter {
  readonly username?: string | undefined;
  readonly firstName?: string | undefined;
  readonly lastName?: string | undefined;
  readonly organization?: number | undefined;
  readonly email?: string | undefined;
  readonly role?: number | undefined;
  readonly rule?: number | undefined;
}

export interface RoleFilter {
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly organization?: number | undefined;
  /** The server's own roles besides those of an organization. */
  readonly includeDefault?: boolean | undefined;
  readonly rule?: number | undefined;
  readonly user?: number | undefined;
}

export interface RuleFilter {
  readonly name?: string | undefined;
  /** "VIEW", "CREATE", "EDIT", "DELETE", "SEND" or "RECEIVE". */
  readonly operation?: string | undefined;
  /** "OWN", "ORGANIZATION", "COLLABORATION" or "GLOBAL". */
  readonly scope?: string | undefined;
  readonly role?: number | undefined;
  readonly user?: number | undefined;
}

export interface TaskFilter {
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly image?: string | undefined;
  readonly collaboration?: number | undefined;
  readonly study?: number | undefined;
  readonly parent?: number | undefined;
  readonly job?: number | undefined;
  /** Label of a database that it reads; a whole one, not a pattern. */
  readonly database?: string | undefined;
  /** Those that a user made, or those that a task made. */
  readonly userCreated?: boolean | undefined;
  readonly organization?: number | undefined;
  readonly user?: number | undefined;
}

export interface RunFilter {
  readonly task?: number | undefined;
  readonly organization?: number | undefined;
  readonly node?: number | undefined;
  readonly collaboration?: number | undefined;
  /** Runs that have not ended. */
  readonly state?: "open" | undefined;
}

export interface ResultFilter {
  readonly task?: number | undefined;
}

export interface LinkedStoreFilter {
  readonly name?: string | undefined;
  readonly url?: string | undefined;
  readonly collaboration?: number | undefined;
}
