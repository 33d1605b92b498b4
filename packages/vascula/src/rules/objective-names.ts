/** What objectives are called. */
export const objectiveNames = { iou: 'IoU', ap: 'AP' } as const;
