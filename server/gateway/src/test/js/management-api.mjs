// Uses a connection of a gateway through the AWS SDK and prints what came of it, a line each.
// Arguments: URL, connection id, access key id, secret access key.
import {
  ApiGatewayManagementApiClient, DeleteConnectionCommand, GetConnectionCommand, PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';

const [endpoint, ConnectionId, accessKeyId, secretAccessKey] = process.argv.slice(2);

const client = (secret) => new ApiGatewayManagementApiClient({
  endpoint, region: 'eu-central-1', credentials: { accessKeyId, secretAccessKey: secret },
});
const api = client(secretAccessKey);

async function refused(name, call) {
  try {
    await call();
    console.log(name, 'was not refused');
  } catch (e) {
    console.log(name, e.name, e.$metadata?.httpStatusCode);
  }
}

const found = await api.send(new GetConnectionCommand({ ConnectionId }));
console.log('get', found.Identity.SourceIp, found.Identity.UserAgent);
const text = JSON.stringify({ from: 'JavaScript', text: 'gr\u00fc\u00df' });
const posted = await api.send(new PostToConnectionCommand({ ConnectionId, Data: text }));
console.log('post', posted.$metadata.httpStatusCode);
const deleted = await api.send(new DeleteConnectionCommand({ ConnectionId }));
console.log('delete', deleted.$metadata.httpStatusCode);
await refused('post', () => api.send(new PostToConnectionCommand({ ConnectionId, Data: 'x' })));
await refused('get', () => api.send(new GetConnectionCommand({ ConnectionId })));
await refused('odd', () => api.send(new GetConnectionCommand({ ConnectionId: 'a/b= \u00fc@:' })));
await refused('large', () => api.send(new PostToConnectionCommand({ ConnectionId, Data: 'x'.repeat(128 * 1024 + 1) })));
await refused('wrong', () => client('a guess').send(new GetConnectionCommand({ ConnectionId })));
