# Writes testdata with other people's writers: xlwt 1.3, odfpy 1.4, reportlab, openpyxl.
import datetime, sys
out = sys.argv[1]
rows = [
 ["1FTEW1EP5FKD00001", 2015, "Ford", "F-150 XLT", 82838.4, 10000, datetime.date(2026,11,23), "00123"],
 ["1HGCM82633A004352", 2003, "Honda", "Accord", 133320, 3250.5, datetime.date(2026,3,4), "00007"],
 ["5YJ3E1EB6KF000337", 2019, "Tesla", "Model 3", 20100, 21999, datetime.date(2026,1,31), "10000"],
]
head = ["Serial #","Year","Make","Model","Miles","Asking","Sale date","Lot"]
import xlwt
wb = xlwt.Workbook()
s0 = wb.add_sheet("Read me"); s0.write(0,0,"Friday's run list"); s0.write(1,0,"See the next sheet.")
s = wb.add_sheet("Lots")
s.write(0,0,"Bavarian Motors – Friday")
for i,h in enumerate(head): s.write(3,i,h)
d = xlwt.easyxf(num_format_str="D-MMM-YY"); mi = xlwt.easyxf(num_format_str='#,##0.0" mi"'); z = xlwt.easyxf(num_format_str="00000")
for r,row in enumerate(rows):
  for c,v in enumerate(row):
    if c==6: s.write(4+r,c,v,d)
    elif c==4: s.write(4+r,c,v,mi)
    elif c==7: s.write(4+r,c,int(v),z)
    else: s.write(4+r,c,v)
s.write(8,0,"Total"); s.write(8,5,xlwt.Formula("SUM(F5:F7)"))
wb.save(out+"/lots.xls")
# a table of texts that goes over many records
wb = xlwt.Workbook(); s = wb.add_sheet("Long")
s.write(0,0,"VIN"); s.write(0,1,"Notes"); s.write(0,2,"Make"); s.write(0,3,"Year")
for i in range(300):
  s.write(i+1,0,"1HGCM826%d%dA%06d" % (i%10, i%7+1, i)); s.write(i+1,1,("Überführt %d " % i)*(1+i%25) + ("ascii only %d" % i)*(i%13)); s.write(i+1,2,"Škoda" if i%3 else "Kia"); s.write(i+1,3,2000+i%20)
wb.save(out+"/long.xls")
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableRow, TableCell
from odf.text import P
doc = OpenDocumentSpreadsheet()
t0 = Table(name="Notes"); tr=TableRow(); tc=TableCell(valuetype="string"); tc.addElement(P(text="nothing here")); tr.addElement(tc); t0.addElement(tr); doc.spreadsheet.addElement(t0)
t = Table(name="Lots")
def add(vals):
  tr = TableRow()
  for v in vals:
    if isinstance(v, datetime.date): tc = TableCell(valuetype="date", datevalue=v.isoformat()); tc.addElement(P(text=v.strftime("%d.%m.%y")))
    elif isinstance(v,(int,float)): tc = TableCell(valuetype="float", value=str(v)); tc.addElement(P(text="{:,}".format(v)))
    else: tc = TableCell(valuetype="string"); tc.addElement(P(text=v))
    tr.addElement(tc)
  tr.addElement(TableCell(numbercolumnsrepeated="16376")); t.addElement(tr)
add(["Bavarian Motors"]); add(head)
for r in rows: add(r)
tr = TableRow(numberrowsrepeated="1048571"); tr.addElement(TableCell(numbercolumnsrepeated="16384")); t.addElement(tr)
doc.spreadsheet.addElement(t); doc.save(out+"/lots.ods")
import openpyxl
from openpyxl.styles import numbers
wb = openpyxl.Workbook(); ws = wb.active; ws.title="Cover"; ws["A1"]="Run list"
ws = wb.create_sheet("Lots & more"); ws.append(["Bavarian Motors – Friday"]); ws.append([]); ws.append(head)
for r in rows: ws.append(r[:7]+[int(r[7])])
for row in ws.iter_rows(min_row=4, max_row=6):
  row[4].number_format='#,##0.0" mi"'; row[5].number_format='[$€-407] #,##0.00'; row[6].number_format="dd/mm/yyyy"; row[7].number_format="00000"
ws["A9"]="All vehicles are sold as they stand."
wb.save(out+"/lots.xlsx")
from reportlab.lib.pagesizes import letter, landscape
from reportlab.platypus import SimpleDocTemplate, Table as T, Paragraph, TableStyle, Spacer
from reportlab.lib.styles import getSampleStyleSheet
st = getSampleStyleSheet()
data = [["Lot","VIN","Year","Make","Model","Odometer","Asking"]]
makes=[("Ford","F-150 XLT SuperCrew"),("Honda","Accord EX"),("Mercedes-Benz","C 300"),("Land Rover","Range Rover Sport")]
for i in range(90):
  m=makes[i%4]; data.append([str(i+1),"1HGCM8263%dA%06d"%(i%10,i),str(2001+i%20),m[0],m[1],"{:,} mi".format(20000+i*977) if i%9 else "TMU","${:,}".format(3000+i*100)])
doc = SimpleDocTemplate(out+"/lots.pdf", pagesize=landscape(letter), invariant=1)
tb = T(data, repeatRows=1); tb.setStyle(TableStyle([("GRID",(0,0),(-1,-1),0.25,(0,0,0)),("FONTSIZE",(0,0),(-1,-1),8)]))
doc.build([Paragraph("Friday run list, lane 4", st["Title"]), Paragraph("All vehicles are sold as they stand, without a warranty of any kind, to the highest bidder.", st["Normal"]), Spacer(1,12), tb])
# A table whose cells go over several lines, in the middle of their rows and at the top.
cell = st["Normal"]; cell.fontSize = 7; cell.leading = 8
for name, valign in (("wrapped-middle", "MIDDLE"), ("wrapped-top", "TOP")):
  data = [["Run","Vehicle","VIN","Miles","Announcements","Floor"]]
  for i in range(40):
    m = makes[i%4]
    data.append([str(i+1), Paragraph("%d %s %s" % (2001+i%20, m[0], m[1]), cell), "1HGCM8263%dA%06d"%(i%10,i), "{:,}".format(20000+i*977), Paragraph("Runs and drives. Minor hail damage on the hood, one key." if i%3 else "", cell), "${:,}".format(3000+i*100)])
  doc = SimpleDocTemplate(out+"/"+name+".pdf", pagesize=letter, invariant=1)
  tb = T(data, repeatRows=1, colWidths=[30,80,120,50,110,50]); tb.setStyle(TableStyle([("FONTSIZE",(0,0),(-1,-1),8),("VALIGN",(0,0),(-1,-1),valign),("ALIGN",(3,0),(3,-1),"RIGHT"),("ALIGN",(5,0),(5,-1),"RIGHT")]))
  doc.build([Paragraph("Run list", st["Title"]), tb])
