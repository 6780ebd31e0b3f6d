/** A database that a task reads, by its label at the nodes, and how. */
export interface NewTaskDatabase {
  readonly label: string;
  /** For a database that is asked in a language: SQL, SPARQL. */
  readonly query?: string | undefined;
  /** For a workbook. */
  readonly sheetName?: string | undefined;
  /** As vantage6 writes it: [{ function: "…", parameters: { … } }]. */
  readonly preprocessing?: readonly Readonly<Record<string, unknown>>[] | undefined;
  readonly arguments?: Readonly<Record<string, unknown>> | undefined;
}

/** What a program is called with, as vantage6's Python and web interface do. */
export interface TaskCall {
  readonly method: string;
  /** JSON values. */
  readonly args?: readonly unknown[] | undefined;
  readonly kwargs?: Readonly<Record<string, unknown>> | undefined;
}

/** What a task has, whatever it is called with. It belongs to a collaboration or to a study of one. */
export interface TaskFields {
  readonly name: string;
  readonly description?: string | undefined;
  /** The image of the algorithm that runs. */
  readonly image: string;
  readonly collaboration?: number | undefined;
  readonly study?: number | undefined;
  /** A store linked to the collaboration, which has to have approved the image. */
  readonly store?: number | undefined;
  /** Labels at the nodes, or more than a label. */
  readonly databases: readonly (string | NewTaskDatabase)[];
}

/** A task whose inputs are ready for the wire. */
export interface NewTask extends TaskFields {
  /** For each organization its input: base64, or encrypted for it, or the name of bytes in the blob store. */
  readonly inputs: readonly { readonly organization: number; readonly input: string }[];
}

/** A task that calls a program alike at some organizations: encoded, and encrypted for each where that is needed. */
export interface NewTaskCall extends TaskFields {
  readonly organizations: readonly number[];
  readonly call: TaskCall;
}

export interface OrganizationFields {
  readonly name?: string | undefined;
  readonly domain?: string | undefined;
  readonly address1?: string | undefined;
  readonly address2?: string | undefined;
  readonly zipcode?: string | undefined;
  readonly country?: string | undefined;
}

export interface NewOrganization extends OrganizationFields {
  readonly name: string;
}

export interface CollaborationFields {
  readonly name?: string | undefined;
  readonly organizations?: readonly number[] | undefined;
  readonly encrypted?: boolean | undefined;
}

export interface NewCollaboration {
  readonly name: string;
  readonly organizations: readonly number[];
  readonly encrypted: boolean;
}

export interface StudyFields {
  readonly name?: string | undefined;
  readonly organizations?: readonly number[] | undefined;
}

export interface NewStudy {
  readonly name: string;
  readonly collaboration: number;
  readonly organizations: readonly number[];
}

export interface NodeFields {
  readonly name?: string | undefined;
  /** Forget the address in a VPN. */
  readonly clearIp?: boolean | undefined;
}

export interface NodeRegistration {
  readonly collaboration: number;
  readonly organization?: number | undefined;
  readonly name?: string | undefined;
}

export interface UserFields {
  readonly firstName?: string | undefined;
  readonly lastName?: string | undefined;
  readonly email?: string | undefined;
  readonly organization?: number | undefined;
  readonly roles?: readonly number[] | undefined;
  readonly rules?: readonly number[] | undefined;
}

export interface NewUser extends UserFields {
  readonly username: string;
  readonly password: string;
  readonly email: string;
}

export interface RoleFields {
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly rules?: readonly number[] | undefined;
}

export interface NewRole {
  readonly name: string;
  readonly description?: string | undefined;
  readonly rules: readonly number[];
  readonly organization?: number | undefined;
}

export interface NewLinkedStore {
  readonly name: string;
  /** The store's address, with its path. */
  readonly url: string;
  /** The collaboration that uses it. Default: all. */
  readonly collaboration?: number | undefined;
  /** Link a store on this machine too, which the server refuses otherwise: for development. */
  readonly force?: boolean | undefined;
}

export interface LinkedStoreFields {
  readonly name?: string | undefined;
  /** The collaboration that uses it. Once it is one's, a server of 4.x does not give it to all again. */
  readonly collaboration?: number | undefined;
}

/** Whose account it is: one of the two. The server answers alike whether there is one or not. */
export interface AccountName {
  readonly username?: string | undefined;
  readonly email?: string | undefined;
}
