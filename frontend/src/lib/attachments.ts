const of = (vehicle: string, attachment: string) =>
	`/api/v1/vehicles/${encodeURIComponent(vehicle)}/attachments/${encodeURIComponent(attachment)}`;

/** Where a smaller picture of a photo is: upright, and without what the camera wrote beside it. */
export const thumbnail = (vehicle: string, attachment: string, size: 320 | 1600 = 320): string =>
	`${of(vehicle, attachment)}/thumbnail?size=${size}`;

/** Where a file is as it was sent; `save` keeps the browser from showing it. */
export const content = (vehicle: string, attachment: string, save = false): string =>
	`${of(vehicle, attachment)}/content${save ? "?save=true" : ""}`;
