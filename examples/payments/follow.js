const [series = "spend"] = globalThis.Deno?.args ?? process.argv.slice(2);
const socket = new WebSocket("ws://127.0.0.1:8080/v1/stream");
socket.onopen = () =>
  socket.send(JSON.stringify({ kind: "subscribe", id: "1", series, snapshot: true }));
socket.onmessage = ({ data }) => {
  const message = JSON.parse(data);
  for (const row of message.rows ?? []) console.log(message.kind, JSON.stringify(row));
  if (message.kind === "error") console.error(message.problem.detail);
};
