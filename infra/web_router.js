// Runs in CloudFront before the site's bucket is asked: every page is the one front page.
// A name with a dot is a file; if that is missing it stays missing, and API paths never come here.
function handler(event) {
  var request = event.request;
  var name = request.uri.substring(request.uri.lastIndexOf("/") + 1);
  if (name.indexOf(".") === -1) {
    request.uri = "/index.html";
  }
  return request;
}
