/** Save what the API answered as a file of the viewer's. */
export function saveAs(fileName: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = url;
  link.download = fileName;
  link.click();
  // the browser has taken it by then; what is kept for it would stay as long as the page
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
