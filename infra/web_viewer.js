// Runs in CloudFront before the API is asked: tells it where the viewer is, whatever they claim.
function handler(event) {
  var request = event.request;
  request.headers["x-netpulse-viewer"] = { value: event.viewer.ip };
  return request;
}
